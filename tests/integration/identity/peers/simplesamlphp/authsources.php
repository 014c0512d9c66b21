<?php
// The certificate's subject goes into the NameID, the company into attributes (see metadata/).

$config = [
    'static' => ['exampleauth:StaticSource'] + json_decode(getenv('PEER_PERSON'), true),
];
